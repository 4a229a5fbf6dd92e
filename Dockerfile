# The production image: one for web, worker, beat and the one-shot set-up. See docs/operations.md.

FROM node:24-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM python:3.11-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

FROM python:3.11-slim
# What draws the PDFs.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 trait-union \
 && useradd --system --uid 10001 --gid 10001 --home-dir /app --no-create-home trait-union \
 && install -d -o trait-union -g trait-union /data/media
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.base \
    STATIC_ROOT=/app/static-collected \
    MEDIA_ROOT=/data/media
COPY --from=packages /venv /venv
COPY --from=front /app/node_modules node_modules
COPY . .
# The settings refuse to load without these; nothing is connected to while files are collected.
RUN SECRET_KEY=only-while-the-image-is-built-0000000000000000000 DATABASE_URL=postgres://none REDIS_URL=redis://none \
    python manage.py collectstatic --noinput --verbosity 0
USER trait-union
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--max-requests=2000", "--max-requests-jitter=200", "--no-control-socket"]
