# docker build -t demitasse .
# docker run -p 127.0.0.1:8080:8080 -v demitasse:/var/lib/demitasse -v ./keys:/etc/demitasse/keys:ro \
#   -e DEMITASSE_API_KEY_FILE=/etc/demitasse/keys demitasse
FROM eclipse-temurin:25-jdk AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN JAVA_HOME=/opt/java/openjdk packaging/image-tree.sh /image

FROM debian:stable-slim
COPY --from=build /image /
ENV DEMITASSE_CONFIG=/etc/demitasse/demitasse.properties \
    DEMITASSE_DATA=/var/lib/demitasse \
    DEMITASSE_HOME=/var/cache/demitasse \
    DEMITASSE_HOST=0.0.0.0 \
    DEMITASSE_PORT=8080 \
    DEMITASSE_LOG_FORMAT=json \
    HOME=/var/lib/demitasse
USER 10001:10001
VOLUME ["/var/lib/demitasse", "/var/cache/demitasse"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["/opt/demitasse/healthcheck"]
ENTRYPOINT ["/opt/demitasse/demitasse"]
CMD ["serve"]
