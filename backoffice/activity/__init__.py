"""Pages of the audit: timeline of a record, small history of a field, events, activity.

They only read. Data and queries are in `audit`; what a customer's verb is called is said by the
area through `verbs.register_verb`, and who an actor is through `people.register_person`.
"""
