"""Make the checkout importable in its virtual environment and put the ``market`` command there: what an
editable install does, without a build backend.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Path(sysconfig.get_paths()["purelib"], "cho_lien_ket.pth").write_text(f"{ROOT}\n")
command = Path(sys.executable).with_name("market")
command.write_text(f"#!{sys.executable}\nimport sys\nfrom market.__main__ import main\n\nsys.exit(main())\n")
command.chmod(0o755)
