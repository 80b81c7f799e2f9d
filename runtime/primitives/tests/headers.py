"""Each public header stands alone, in C and in C++, without a warning.

usage: headers.py INCLUDE_FOLDER... (each holds a folder heddle/)
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

COMPILERS = [("c", ["cc", "-std=c11"]), ("cc", ["c++", "-std=c++11"])]
for skipped in [compiler[0] for _, compiler in COMPILERS if not shutil.which(compiler[0])]:
    print(f"skipped: no {skipped} here")
COMPILERS = [(suffix, compiler) for suffix, compiler in COMPILERS if shutil.which(compiler[0])]
failed = 0
with tempfile.TemporaryDirectory(prefix="heddle-headers-") as folder:
    for header in sorted(path for include in sys.argv[1:] for path in glob.glob(os.path.join(include, "heddle", "*.h"))):
        for suffix, compiler in COMPILERS:
            source = os.path.join(folder, f"alone.{suffix}")
            with open(source, "w", encoding="ascii") as file:
                file.write(f"#include <heddle/{os.path.basename(header)}>\nint main(void) {{ return 0; }}\n")
            command = [*compiler, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", *(f"-I{include}" for include in sys.argv[1:]), source]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                failed += 1
                print(f"{os.path.basename(header)} as {suffix}: {done.stderr.strip()}")
sys.exit(failed > 0)
