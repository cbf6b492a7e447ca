"""Who did what, when and why: data and selectors only.

Events, effects, history capture and differences live here; pages do not, and no customer's word
does. Front doors: `context.change` to write under an event, `events.record` to note a read or a
refusal, `capture.Captured` on a model to keep its history, `selectors` and `feeds` to read.
"""
