"""heddle render: the three formats, the same bytes twice, exit codes, one clear line for what is wrong."""
import pathlib, struct, subprocess, sys, tempfile

render, recording = sys.argv[1], sys.argv[2]


def run(*arguments):
    done = subprocess.run([render, *map(str, arguments)], capture_output=True, text=True, timeout=100)
    return done.returncode, done.stderr


with tempfile.TemporaryDirectory(prefix="heddle-render-") as folder:
    folder = pathlib.Path(folder)
    for suffix, magic in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        pictures = []
        for turn in range(2):
            target = folder / f"{turn}{suffix}"
            code, said = run(recording, "-o", target, "--size", "1500x700", "--theme", "dark")
            assert (code, said) == (0, ""), (code, said)
            pictures.append(target.read_bytes())
            assert pictures[-1].startswith(magic), suffix
        assert suffix == ".pdf" or pictures[0] == pictures[1], f"{suffix} differs from run to run"
    part = folder / "part.svg"
    assert run(recording, "-o", part, "--from", "10ms", "--to", "0.05s", "--lanes", "bob")[0] == 0
    assert part.stat().st_size < (folder / "0.svg").stat().st_size

    for suffix, magic in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        both = folder / f"both{suffix}"
        assert run("--compare", recording, recording, "-o", both) == (0, ""), suffix
        assert both.read_bytes().startswith(magic), suffix

    # A small picture for the gallery: of its own size, and less in it.
    small = [folder / f"small-{turn}.png" for turn in range(2)]
    for picture in small:
        assert run(recording, "-o", picture, "--thumbnail", "--theme", "dark") == (0, "")
    assert small[0].read_bytes() == small[1].read_bytes()
    assert struct.unpack(">II", small[0].read_bytes()[16:24]) == (576, 324)
    assert small[0].stat().st_size < (folder / "0.png").stat().st_size
    light = folder / "small-light.png"
    assert run(recording, "-o", light, "--thumbnail")[0] == 0 and light.read_bytes() != small[0].read_bytes()
    assert run(recording, "-o", folder / "absent" / "small.png", "--thumbnail")[0] == 1
    target = folder / "never.png"
    for wrong in (["-o", folder / "a.gif"], [], ["-o", target, "--from", "soon"], ["-o", target, "--from", "2s", "--to", "1s"],
                  ["-o", target, "--size", "huge"], ["-o", target, "--theme", "pink"], ["-o", folder / "a.svg", "--thumbnail"],
                  ["-o", target, "--thumbnail", "--size", "800x600"], ["-o", target, "--nonsense"]):
        code, said = run(recording, *wrong)
        assert code == 2 and said.count("\n") == 1, (wrong, code, said)
    for bad in (folder / "absent", render):
        code, said = run(bad, "-o", target)
        assert code == 3 and said.count("\n") == 1, (bad, code, said)
        for pair in (("--compare", bad, recording), ("--compare", recording, bad)):
            code, said = run(*pair, "-o", target)
            assert code == 3 and said.count("\n") == 1, (pair, code, said)
    code, said = run("--compare", recording, "-o", target)
    assert code == 2 and said.count("\n") == 1, (code, said)
    assert not target.exists()
