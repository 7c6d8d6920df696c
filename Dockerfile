# Steward in a container. One process, no root, everything kept in /data.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /venv
COPY requirements/build.txt requirements/run.txt /requirements/
# Only what the lock names, with the hashes it names; what is published as source is built with the
# locked setuptools.
RUN /venv/bin/pip install --no-deps --require-hashes -r /requirements/build.txt \
 && /venv/bin/pip install --no-deps --require-hashes --no-build-isolation -r /requirements/run.txt \
 && /venv/bin/pip check \
 && /venv/bin/pip uninstall --yes setuptools pip
COPY bot /app/bot
COPY commands /app/commands
COPY storage /app/storage
COPY locales /app/locales
RUN python -m compileall -q /app

FROM ${BASE}
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
ENTRYPOINT ["/venv/bin/python", "-m", "bot"]
CMD ["run"]
