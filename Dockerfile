# Steward in a container. One process, no root, everything kept in /data.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
# Two builds of one commit are the same bytes: what is compiled here has this time, and bytecode comes last.
ARG SOURCE_DATE_EPOCH=0
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_COMPILE=1 \
    PYTHONDONTWRITEBYTECODE=1 SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}
RUN python -m venv /venv
# Strips what is compiled; nothing of it reaches the image.
RUN apt-get update -qq && apt-get install -qq --yes --no-install-recommends binutils >/dev/null
COPY requirements/build.txt requirements/run.txt /requirements/
# Only what the lock names, with the hashes it names; what is published as source is built with the
# locked setuptools.
RUN /venv/bin/pip install --no-deps --require-hashes -r /requirements/build.txt \
 && /venv/bin/pip install --no-deps --require-hashes --no-build-isolation -r /requirements/run.txt \
 && /venv/bin/pip check \
 && /venv/bin/pip uninstall --yes setuptools pip
COPY deploy/pruning.py /requirements/
RUN /venv/bin/python /requirements/pruning.py /venv
COPY bot /app/bot
COPY commands /app/commands
COPY storage /app/storage
COPY locales /app/locales
# What git calls HEAD, if it is here: the commit, where whoever builds names none. It stays in this stage, and
# a pattern that nothing fits is left out. The licence is there in any case, and so there is something to copy.
COPY LICENSE .git/HEA[D] .git/packed-ref[s] /git/
COPY LICENSE .git/ref[s]/heads /git/refs/heads/
ARG COMMIT=
# What is said in other languages, as it is read at run time, and only so: sources, glossaries and reviews are
# for who translates, and would be as large again with every language.
RUN cd /app && /venv/bin/python -m commands.framework.translations compile \
 && find locales -type f ! -name '*.mo' -delete
RUN cd /app && python -m bot.process.origin "${COMMIT}" /requirements/run.txt /git
# Not looked at again: nothing changes in an image, and no start compares a source with its bytecode.
RUN python -m compileall -q -f --invalidation-mode unchecked-hash /venv /app

FROM ${BASE}
# Nothing here installs anything any more. What the base brings for it goes, along with its bytecode.
RUN python -c "import shutil, sys, sysconfig, pathlib; \
homes = {pathlib.Path(p) for p in (*sys.path, sysconfig.get_path('stdlib')) if p}; \
[shutil.rmtree(f) for h in homes for n in ('pip', 'pip-*', 'ensurepip', 'setuptools*', 'wheel*') for f in h.glob(n) if f.is_dir()]" \
 && rm -f /usr/bin/pip* /usr/local/bin/pip*
# PYTHONSAFEPATH: what lies in /data is data, never code.
ENV PYTHONPATH=/app PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN install -d -m 0700 -o 10001 -g 10001 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY LICENSE /app/LICENSE
USER 10001:10001
VOLUME /data
# Here config.toml is looked for, and `data` beside it.
WORKDIR /data
# Asks the running bot over its socket: no port, no curl, and nothing of the bot is loaded for it.
# Formats that know no health checks leave it out; compose.yaml states it once more.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 \
    CMD ["/venv/bin/python", "-I", "-S", "/app/bot/cli/health_check.py"]
ENTRYPOINT ["/venv/bin/python", "-m", "bot"]
CMD ["run"]
ARG BASE VERSION= COMMIT=
LABEL org.opencontainers.image.title="Steward" \
      org.opencontainers.image.description="A Matrix bot for organizing committees. What it keeps is encrypted." \
      org.opencontainers.image.licenses="AGPL-3.0-or-later" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.base.name="${BASE}"
