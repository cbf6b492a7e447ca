"""Background work in PostgreSQL: procrastinate's queue, one worker, a page that shows both.

A job is deferred in the transaction that asks for it, so a rollback leaves none and a commit loses
none. To add one, write a function in an application's `tasks.py`:

    from procrastinate.contrib.django import app

    @app.periodic(cron="* * * * *")          # only for work that recurs
    @app.task(queueing_lock="tidy", retry=3)
    def tidy(timestamp: int) -> None: ...

and defer it by `tidy.defer()`. The function may run twice (a killed worker's jobs are done again),
so it must be harmless to repeat. Tasks act as a service actor and change tracked rows by operations
only, like everyone.
"""
