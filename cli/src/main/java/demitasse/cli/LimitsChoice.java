package demitasse.cli;

import demitasse.agent.Quota;
import demitasse.server.ConnectionLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What connections may cost, and how much of what customers write is kept. */
final class LimitsChoice {
    private static final ConnectionLimits USUAL = ConnectionLimits.defaults();

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Connections at a time (default: ${DEFAULT-VALUE}).")
    private int connections = USUAL.most();

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            description = "Of one address, other than this machine and trusted proxies (default: ${DEFAULT-VALUE}).")
    private int perAddress = USUAL.perAddress();

    @Option(
            names = "--header-timeout",
            paramLabel = "SECONDS",
            description = "How long a request's headers may take (default: ${DEFAULT-VALUE}).")
    private long headers = USUAL.headers().toSeconds();

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            description = "How long a connection may be silent (default: ${DEFAULT-VALUE}).")
    private long idle = USUAL.idle().toSeconds();

    @Option(
            names = "--body-timeout",
            paramLabel = "SECONDS",
            description = "After so long a body must have come at --body-rate on average (default: ${DEFAULT-VALUE}).")
    private long body = USUAL.bodyGrace().toSeconds();

    @Option(
            names = "--body-rate",
            paramLabel = "BYTES",
            description = "The least that a body may have a second (default: ${DEFAULT-VALUE}).")
    private long bodyRate = USUAL.bodyBytesPerSecond();

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            description = "How long a request may take, answer included (default: ${DEFAULT-VALUE}).")
    private long request = USUAL.request().toSeconds();

    @Option(
            names = "--write-timeout",
            paramLabel = "SECONDS",
            description = "How long a streamed answer may wait for its client to take it, in all"
                    + " (default: ${DEFAULT-VALUE}).")
    private long write = USUAL.write().toSeconds();

    @Option(
            names = "--max-session-messages",
            paramLabel = "N",
            description = "Messages of one conversation (default: ${DEFAULT-VALUE}).")
    private int ofSession = Quota.DEFAULT.ofSession();

    @Option(
            names = "--max-stored",
            paramLabel = "N",
            description = "Messages, sessions and comments in all; before they are so many, those silent longest make"
                    + " room (default: ${DEFAULT-VALUE}).")
    private long stored = Quota.DEFAULT.rows();

    /** @throws IllegalArgumentException if one is less than it may be */
    ConnectionLimits connections() {
        return new ConnectionLimits(
                connections,
                perAddress,
                Duration.ofSeconds(headers),
                Duration.ofSeconds(idle),
                Duration.ofSeconds(body),
                bodyRate,
                Duration.ofSeconds(request),
                Duration.ofSeconds(write));
    }

    /** @throws IllegalArgumentException if one is less than it may be */
    Quota quota() {
        return new Quota(ofSession, stored);
    }

    /** Null, or what is wrong. */
    String fault() {
        if (connections < 1 || perAddress < 1 || ofSession < 1 || stored < 1) {
            return "--max-connections, --max-connections-per-address, --max-session-messages, --max-stored: at least 1";
        }
        if (headers < 1 || idle < 1 || body < 1 || request < 1 || write < 1 || bodyRate < 0) {
            return "--header-timeout, --idle-timeout, --body-timeout, --request-timeout, --write-timeout: at least 1;"
                    + " --body-rate: 0 or more";
        }
        return null;
    }
}
