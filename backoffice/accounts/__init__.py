"""Staff: who they are, how they sign in, and what they may do.

Google is the only way in (`google.py`); a role says which permissions someone has (`roles.py`), and
guardian which scopes they may see (`access.py`). Pages here are sign-in, refusal and "no access
yet". Nothing here knows what a permission or a scope is about: rooms and areas declare those.
"""
