"""Writing commands/index.json anew, from modules that are all loaded: ``python -m commands.index_writer``."""

from commands import index

if __name__ == "__main__":
    # What stands in it counts for nothing here: names may have changed.
    index.FILE.unlink(missing_ok=True)
    from commands.all import CATALOGUE

    index.FILE.write_text(index.written(CATALOGUE), encoding="utf-8")
