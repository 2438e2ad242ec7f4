"""What stands between the network and Datasette, from the outside in.

``headers`` answers with the same safety headers everywhere, ``gate`` refuses what no page needs, ``rate`` counts a
client's requests, ``hashed`` gives addresses that may be cached for ever, ``cache`` keeps finished pages and lets few
long queries run at once, ``files`` serves files. All are ASGI applications around another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csea.site.middleware.cache import Cache
from csea.site.middleware.files import Files
from csea.site.middleware.gate import Gate
from csea.site.middleware.hashed import Hashed
from csea.site.middleware.headers import Headers
from csea.site.middleware.rate import Rate

if TYPE_CHECKING:
    from csea.site.middleware.asgi import App


def chain(app: App, mounts: dict[str, str], serving: dict[str, Any]) -> App:
    """The application with all that stands before it.

    ``mounts`` is the name in the address and the folder or file of what is served as it is; ``serving`` is what was
    asked for when the server was started (``csea.site.prepared``); without it nothing is kept.
    """
    app = Cache(Files(app, mounts), keeps=bool(serving.get("cache")))
    if serving.get("hashed_urls"):
        app = Hashed(app, serving["pages_sha256"])
    if serving.get("rate_limit"):
        app = Rate(app, serving["rate_limit"], bool(serving.get("behind_proxy")))
    return Headers(Gate(app, bool(serving.get("behind_proxy")), serving.get("public_url")))
