"""What the builders of jars and zips share."""
import io
import os
import re
import zipfile


def artifact(jar):
    """The name of a jar without its version."""
    return re.sub(r"-\d[^-]*(-.*)?\.jar$", "", os.path.basename(jar))


def part_of(jar, wanted):
    """The bytes of a jar with the files only whose names are wanted, copied as they are compressed: that takes no time."""
    part = io.BytesIO()
    with zipfile.ZipFile(jar) as old, zipfile.ZipFile(part, "w") as new, open(jar, "rb") as raw:
        for entry in old.infolist():
            if entry.is_dir() or not wanted(entry.filename):
                continue
            raw.seek(entry.header_offset)
            header = raw.read(30)
            raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
            content = raw.read(entry.compress_size)
            entry.header_offset = part.tell()
            entry.flag_bits &= ~8  # the sizes stand in the header
            part.write(entry.FileHeader())
            part.write(content)
            new.filelist.append(entry)
            new.NameToInfo[entry.filename] = entry
            new.start_dir = part.tell()
        new._didModify = True
    return part.getvalue()
