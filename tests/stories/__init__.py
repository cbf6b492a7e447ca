"""The support stories as people live them: a real browser on the real console.

stack.py runs the parts, facts.py makes what customers did, visits.py is how people go about.
"""
