"""A process that puts listings into an index and says which are acknowledged, until it is killed.

Started by `test_embedded.py` with a folder and a first id; now and then it takes a listing out or rebuilds.
"""

import sys
from pathlib import Path

from search.embedded_index import EmbeddedIndex
from tests.search.documents import make_document


def main(folder: Path, first: int) -> None:
    index = EmbeddedIndex(folder, writable=True)
    held = dict.fromkeys(id_ for id_, _ in index.fingerprints())
    print("ready", flush=True)
    id_ = first
    while True:
        put = [make_document(id_ + step, title=f"chuyến {id_ + step}") for step in range(3)]
        index.apply(put, [])
        print("put", *(one.id for one in put), flush=True)
        held |= dict.fromkeys(one.id for one in put)
        if id_ % 4 == 0:
            index.apply([], [id_])
            print("deleted", id_, flush=True)
            del held[id_]
        if id_ % 5 == 0:
            index.rebuild(make_document(one, title=f"chuyến {one}") for one in held)
        id_ += 3


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
