package demitasse.server;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * Who may come in, and how often.
 *
 * @param apiKeyFile see {@link KeyFile}; null: the API is open to this machine
 * @param allowedHosts names besides those of this machine under which clients may speak to the server, as behind a
 *     proxy; {@code *} for all. Any needs an API key
 * @param trustedProxies addresses of proxies whose X-Forwarded-For is believed
 */
public record Protection(
        Path apiKeyFile,
        Set<String> allowedHosts,
        Set<String> trustedProxies,
        Rates rates,
        ConnectionLimits connections) {
    public Protection {
        Objects.requireNonNull(rates, "rates");
        Objects.requireNonNull(connections, "connections");
        allowedHosts = Set.copyOf(allowedHosts);
        trustedProxies = Set.copyOf(trustedProxies);
    }

    public static Protection defaults() {
        return new Protection(null, Set.of(), Set.of(), Rates.defaults(), ConnectionLimits.defaults());
    }

    public Protection withApiKeyFile(Path file) {
        return new Protection(file, allowedHosts, trustedProxies, rates, connections);
    }

    public Protection withAllowedHosts(Set<String> names) {
        return new Protection(apiKeyFile, names, trustedProxies, rates, connections);
    }

    public Protection withTrustedProxies(Set<String> addresses) {
        return new Protection(apiKeyFile, allowedHosts, addresses, rates, connections);
    }

    public Protection withRates(Rates newRates) {
        return new Protection(apiKeyFile, allowedHosts, trustedProxies, newRates, connections);
    }

    public Protection withConnections(ConnectionLimits limits) {
        return new Protection(apiKeyFile, allowedHosts, trustedProxies, rates, limits);
    }
}
