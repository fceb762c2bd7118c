# Build with a network, run without one: the binary holds the shipped packs.
#
# The service speaks without TLS and answers everybody who reaches it, so by default it listens on
# the loopback of its own network namespace: it is reached by containers that share that namespace
# (those of its pod, or `docker run --network container:NAME`), and by nobody else.
#
#   docker run --name authority -v cavra-journal:/var/lib/cavra cavra
#   docker run --network container:authority … cavra decide --endpoint http://127.0.0.1:50051 --read .env
#
# To reach it from the host, listen on all addresses inside, and publish the port on the host's
# loopback only. With `-p 50051:50051`, or on a network with other containers, all of them reach it.
#
#   docker run -p 127.0.0.1:50051:50051 -v cavra-journal:/var/lib/cavra cavra \
#       serve --listen 0.0.0.0:50051
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked

FROM debian:bookworm-slim
# The service runs as `nobody`, which owns nothing but the journal's folder.
RUN install --directory --owner=nobody --group=nogroup --mode=0700 /var/lib/cavra
COPY --from=build /src/target/dist/cavra /usr/local/bin/cavra
USER nobody
ENV CAVRA_DATA_DIR=/var/lib/cavra
# The journal is the evidence: keep the volume when the container is removed.
VOLUME /var/lib/cavra
ENTRYPOINT ["cavra"]
CMD ["serve", "--policy-pack", "cavra-ai-agent-baseline", "--listen", "127.0.0.1:50051"]
