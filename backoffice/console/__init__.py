"""The shell of the pages: navigation, home, help, error pages, template tags, language and theme.

Rooms hang things on it through small registries and never the other way round:
`navigation.register` (an entry in the sidebar), `panels.register` (a panel on the home page),
`banners.register` (a line above every page), `states.register_state` (a badge), `topics.register`
(a help page). No page of this room reads or changes a record.
"""
