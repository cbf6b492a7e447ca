"""Demo data: help centers with two years of life, and the facts that the support stories need.

`seeding.seed` is the front door. `plans` says which channels there are, `topics_*.toml` and
`writing` what they write, `diary` holds one channel while its years are planned, `founding`,
`growth`, `changes` and `settings` give it an ordinary life, `stories` its trouble, `acts` carry all
of it into the database as the product does. The same seed gives the same data, told from today.
"""
