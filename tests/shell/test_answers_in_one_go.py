"""An answer's body does not wait for its head to be acknowledged (40 ms on every page)."""

from __future__ import annotations

import socket

from market import serving


def test_the_listening_socket_sends_at_once() -> None:
    with serving.listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
