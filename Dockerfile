# One image for the web, the workers, beat and the migrations; compose.yaml says who runs what, and how each is asked for its health.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# Without pip of its own: the image that runs installs nothing.
RUN python -m venv --without-pip /opt/digest
# What we build on, each file by its hash and none of it compiled here. Its own layer: it changes less often than our code.
COPY requirements.lock ./
RUN pip --python /opt/digest/bin/python install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY digest digest
COPY workers workers
COPY templates templates
RUN pip wheel --no-deps --wheel-dir /dist . \
    && pip --python /opt/digest/bin/python install --no-deps /dist/*.whl

FROM python:3.13-slim
# By number: read-only roots, volumes and orchestrators ask for one.
RUN groupadd --gid 10001 digest \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/digest --no-create-home --shell /usr/sbin/nologin digest \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/digest
COPY --from=build /opt/digest /opt/digest
ENV PATH=/opt/digest/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DIGEST_STATE=/var/lib/digest
# Not the state folder: Celery imports from where it is started, and that must not be a place that it can write to.
WORKDIR /opt/digest
USER 10001:10001
EXPOSE 8600
# No ENTRYPOINT: the workers and beat are `celery -A workers …`.
CMD ["digest", "web"]
