# Build with a network, run without one: the binary holds the shipped packs. The journal is kept
# in the volume, so give it one that outlives the container.
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
VOLUME /var/lib/cavra
EXPOSE 50051
ENTRYPOINT ["cavra"]
CMD ["serve", "--policy-pack", "cavra-ai-agent-baseline", "--listen", "0.0.0.0:50051"]
