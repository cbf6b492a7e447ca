"""What the customer is told: a text in Korean and English, made of findings, ready to be changed.

An area declares its folder of templates and which verb mends which (`declarations.Replies`);
`stories` finds the facts of an event or a fold, `causes` those of a record that is not visible.
A reply names no staff, no id and no tool; customers' people only to those who may see their names.
Nothing is sent from here: staff copy the text.
"""
