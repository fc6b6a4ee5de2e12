package demitasse.server;

import io.javalin.http.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Which address a request comes from. What it says about that itself is believed of proxies that we were told of. */
final class Callers {
    private static final System.Logger LOG = System.getLogger(Callers.class.getName());
    private static final String UNKNOWN = "unknown";
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    /** One household, or one attacker, has all addresses that share so many bytes. */
    private static final int IPV6_NETWORK_BYTES = 8;

    private final Set<String> proxies;
    private final AtomicBoolean told = new AtomicBoolean();

    /** @param proxies addresses as {@code 10.0.0.1} or {@code ::1} */
    Callers(Set<String> proxies) {
        this.proxies = proxies.stream().map(Callers::canonical).collect(Collectors.toUnmodifiableSet());
    }

    /** Headers that proxies add, and browsers do not. */
    static boolean cameThroughProxy(Context ctx) {
        return ctx.header(FORWARDED_FOR) != null || ctx.header("Forwarded") != null || ctx.header("X-Real-IP") != null;
    }

    /** This machine and trusted proxies: there may be many clients behind them. */
    boolean isManyClients(String address) {
        String known = canonical(address);
        return proxies.contains(known)
                || (!known.equals(UNKNOWN) && InetAddress.ofLiteral(known).isLoopbackAddress());
    }

    /** An address, or for IPv6 a network of 64 bits. */
    String of(Context ctx) {
        String peer = canonical(ctx.req().getRemoteAddr());
        List<String> said = Collections.list(ctx.req().getHeaders(FORWARDED_FOR));
        if (said.isEmpty()) {
            return network(peer);
        }
        if (!proxies.contains(peer)) {
            if (!told.getAndSet(true)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} sends X-Forwarded-For and is not a trusted proxy: all who come through it share one rate"
                                + " limit (see --trusted-proxy)",
                        peer);
            }
            return network(peer);
        }
        // From the right, where our own proxies write; what stands further left anybody may have written.
        for (String hop : Arrays.asList(String.join(",", said).split(",")).reversed()) {
            String address = canonical(hop.strip());
            if (!proxies.contains(address)) {
                return network(address);
            }
        }
        return network(peer);
    }

    private static String canonical(String address) {
        String bare =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        try {
            return InetAddress.ofLiteral(bare).getHostAddress();
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }

    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        byte[] bytes = Inet6Address.ofLiteral(address).getAddress();
        return HexFormat.of().formatHex(bytes, 0, IPV6_NETWORK_BYTES);
    }
}
