# Stages: the first three build what the last one carries, so that no build tool is in the image that runs.
FROM node:22.20.0-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Without what only the tests need.
RUN npm ci --omit=dev --no-audit --no-fund
COPY tools/assets.sh tools/assets.sh
RUN mkdir -p market/static && sh tools/assets.sh

FROM python:3.12.12-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements/run.txt requirements/run.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt

# The programs by which `market backup` keeps a PostgreSQL, of the server's own version, with the libraries that
# the last image lacks. They lie apart: Python goes on with its own.
FROM postgres:18.6-bookworm AS postgres
RUN mkdir -p /client/bin /client/lib /client/run \
  && for name in pg_dump pg_restore psql; do \
    cp "/usr/lib/postgresql/18/bin/$name" /client/bin/ \
    && printf '#!/bin/sh\nLD_LIBRARY_PATH=/opt/postgresql/lib exec /opt/postgresql/bin/%s "$@"\n' "$name" \
      > "/client/run/$name" && chmod 755 "/client/run/$name" || exit 1; \
  done \
  && ldd /client/bin/* | awk '$3 ~ /^\// && $1 !~ /^(libc|libm|libdl|librt|libpthread|libresolv)\.so/ {print $3}' \
    | sort -u | xargs -I{} cp -L {} /client/lib/

FROM python:3.12.12-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MARKET_DATA_DIR=/data PATH=/venv/bin:/opt/postgresql/run:$PATH
RUN useradd --create-home --uid 10001 market && mkdir /data && chown market /data
WORKDIR /app
COPY --from=postgres /client /opt/postgresql
RUN pg_dump --version && pg_restore --version && psql --version
COPY --from=packages /venv /venv
COPY market market
COPY search search
COPY --from=assets /src/market/static/vendor market/static/vendor
# Compiled here, since nothing is written where it runs.
RUN python -m compileall -q market search
USER market
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "python -m market migrate && exec python -m market serve --host 0.0.0.0 --port 8000"]
