# Build with a network, run without one: the image holds the binary and the shipped packs.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
COPY --from=build /src/target/release/cavra /usr/local/bin/cavra
COPY --from=build /src/policy-packs /etc/cavra/policy-packs
ENV CAVRA_PACKS=/etc/cavra/policy-packs
USER nobody
EXPOSE 50051
ENTRYPOINT ["cavra"]
CMD ["serve", "--policy-pack", "cavra-ai-agent-baseline", "--listen", "0.0.0.0:50051"]
