"""The settings of the embedded servers, as text for `backoffice.conf`."""

from __future__ import annotations

# Loopback only and no socket files, whose path has a length limit that a checkout may exceed.
COMMON = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
cluster_name = 'backoffice {name}'
max_connections = 150
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_messages = warning
shared_buffers = 256MB
max_wal_size = 2GB
wal_level = replica
max_slot_wal_keep_size = 2GB
hot_standby = on
hot_standby_feedback = on
wal_retrieve_retry_interval = 200ms
wal_receiver_timeout = 10s
wal_sender_timeout = 10s
"""

# The tests' data are of no value: nothing waits for a disk.
VOLATILE = """\
fsync = off
full_page_writes = off
autovacuum = off
shared_buffers = 128MB
"""

STANDBY = """\
primary_conninfo = '{address} application_name=replica'
primary_slot_name = 'replica'
"""


def primary(port: int, durable: bool) -> str:
    """The primary's configuration."""
    return COMMON.format(port=port, name="primary") + ("" if durable else VOLATILE)


def replica(port: int, durable: bool, primary_port: int, password: str) -> str:
    """The standby's configuration: the primary's, and where to stream from."""
    return (
        COMMON.format(port=port, name="replica")
        + ("" if durable else VOLATILE)
        + STANDBY.format(
            address=f"host=127.0.0.1 port={primary_port} user=postgres password={password}"
        )
    )
