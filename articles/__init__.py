"""The customers' content: what the console looks at and changes.

Feeds the machines of `backoffice/`: models, entities, operations, reports and demo data. Everything
here may import `backoffice` and `audit`; neither imports this.
"""
