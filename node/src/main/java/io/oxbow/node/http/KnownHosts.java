package io.oxbow.node.http;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names under which clients may address the node: localhost, IP addresses, and those configured or
 * advertised. Any other name in a request's Host is one that a stranger's DNS made point here; any
 * other in its Origin is a stranger's page.
 */
final class KnownHosts {

    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IP4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern IP6 = Pattern.compile("\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{0,5}$");

    private final Set<String> names = new TreeSet<>();

    KnownHosts(Iterable<String> names) {
        this.names.add("localhost");
        names.forEach(name -> this.names.add(plain(name)));
    }

    /** Returns true if a Host header's value, {@code HOST[:PORT]}, is one of this node's. */
    boolean knows(String authority) {
        String host = plain(PORT.matcher(authority).replaceFirst(""));
        return names.contains(host) || IP4.matcher(host).matches() || IP6.matcher(host).matches();
    }

    /**
     * Returns true if an Origin header's value, {@code SCHEME://HOST[:PORT]}, is this node's own.
     */
    boolean knowsOrigin(String origin) {
        int scheme = origin.indexOf("://");
        return scheme > 0
                && Set.of("http", "https")
                        .contains(origin.substring(0, scheme).toLowerCase(Locale.ROOT))
                && knows(origin.substring(scheme + 3));
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".")
                ? lower.substring(0, lower.length() - 1)
                : lower;
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
