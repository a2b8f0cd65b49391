"""The SMS gateway leads the application nowhere: what it answers with a redirect has failed (ASVS 5.2.6)."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from market.notices.senders import SendFailed, send_sms


def test_a_redirect_of_the_gateway_is_not_followed() -> None:
    asked: list[str] = []

    class Leading(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/inside")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Leading) as gateway:
        thread = threading.Thread(target=gateway.serve_forever)
        thread.start()
        try:
            with pytest.raises(SendFailed, match="307"):
                send_sms(
                    f"http://127.0.0.1:{gateway.server_port}/send", to="0912345678", text="x", message_id="1"
                )
        finally:
            gateway.shutdown()
            thread.join()
    assert asked == ["/send"]
