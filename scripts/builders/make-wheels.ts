/** Makes wheels of the Python packages that Debian's packages have put in place, as PyPI is not needed then. */
export const makeWheels = `import base64, hashlib, pathlib, sys, zipfile
from importlib.metadata import distributions

out = pathlib.Path(sys.argv[1])
out.mkdir()
for found in distributions():
    name = found.metadata["Name"].replace("-", "_")
    info = f"{name}-{found.version}.dist-info"
    top = (found.read_text("top_level.txt") or name.lower()).split()
    root = pathlib.Path(found.locate_file(""))
    files = {}
    for module in top:
        if (root / module).is_dir():
            for path in (root / module).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    files[str(path.relative_to(root))] = path.read_bytes()
        elif (root / f"{module}.py").is_file():
            files[f"{module}.py"] = (root / f"{module}.py").read_bytes()
    requires = "".join(f"Requires-Dist: {one}\\n" for one in found.requires or [])
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {found.version}\\n{requires}".encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\\nGenerator: shipmate\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    scripts = found.read_text("entry_points.txt")
    if scripts:
        files[f"{info}/entry_points.txt"] = scripts.encode()
    record = ""
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        record += f"{path},sha256={digest},{len(content)}\\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\\n".encode()
    with zipfile.ZipFile(out / f"{name}-{found.version}-py3-none-any.whl", "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
`;
