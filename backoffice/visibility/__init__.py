"""Why is it not visible? An area declares, machines explain.

A *subject* is a kind of record that visitors see or do not see; a *condition* is one thing that
must hold for them to see it; a *verdict* is what all conditions say about one record. One
declaration gives the explanation, the SQL predicate (`predicate.visible_q`), the past ("when was
it last visible, and what ended it?") and the reverse ("what does this switch hide?").
Declarations live in an area's `visibility.py`. Nothing here may know a word of the customers.
"""
