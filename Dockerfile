# Two stages: the first builds what the second carries, so that no build tool is in the image that runs.
FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Without what only the tests need.
RUN npm ci --omit=dev --no-audit --no-fund
COPY tools/assets.sh tools/assets.sh
RUN mkdir -p market/static && sh tools/assets.sh

FROM python:3.12-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MARKET_DATA_DIR=/data
RUN useradd --create-home --uid 10001 market && mkdir /data && chown market /data
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY market market
COPY search search
COPY --from=assets /src/market/static/vendor market/static/vendor
USER market
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "python -m market migrate && exec python -m market serve --host 0.0.0.0 --port 8000"]
