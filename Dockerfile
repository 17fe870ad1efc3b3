# A small image: the wheel is built in one stage and installed, with everything at the versions of constraints.txt, in
# the other. Nothing runs as root, and the only place that is written to is the volume /data.

FROM python:3.11-slim AS build
WORKDIR /build
COPY constraints.txt ./
RUN pip install --no-cache-dir --constraint constraints.txt hatchling
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY templates templates
COPY static static
COPY migrations migrations
RUN hatchling build -t wheel && \
    python -m venv /opt/pillarbox && \
    /opt/pillarbox/bin/pip install --no-cache-dir --constraint constraints.txt "$(ls dist/*.whl)[postgresql]"

FROM python:3.11-slim
COPY --from=build /opt/pillarbox /opt/pillarbox
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin pillarbox && \
    install -d -o pillarbox -g pillarbox /data
USER pillarbox
WORKDIR /data
VOLUME /data
# A container has an address of its own, and only published ports lead to it: publish them on 127.0.0.1, or set
# PILLARBOX_WEB_AUTH.
ENV PATH=/opt/pillarbox/bin:$PATH \
    PILLARBOX_SMTP=0.0.0.0:1025 \
    PILLARBOX_HTTP=0.0.0.0:8025 \
    PILLARBOX_DATABASE=sqlite:////data/pillarbox.db
EXPOSE 1025 8025
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s --retries=3 CMD ["pillarbox", "check"]
CMD ["pillarbox", "serve"]
