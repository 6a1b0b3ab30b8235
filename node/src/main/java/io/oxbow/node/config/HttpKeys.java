package io.oxbow.node.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;

/** Keys of the HTTP door. */
final class HttpKeys {

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?");

    private HttpKeys() {}

    static NodeConfig.Http http(AbstractConfig values) {
        HostPort listener =
                HostPort.parse(
                        NodeConfigKeys.HTTP_LISTENER,
                        values.getString(NodeConfigKeys.HTTP_LISTENER));
        return new NodeConfig.Http(listener, hosts(values.getList(NodeConfigKeys.HTTP_HOSTS)));
    }

    private static Set<String> hosts(List<String> given) {
        var hosts = new TreeSet<String>();
        for (String host : given) {
            if (!NAME.matcher(host).matches()) {
                throw new ConfigFailure(
                        "%s=%s: '%s' is no host's name (names without a port, separated by commas)"
                                .formatted(
                                        NodeConfigKeys.HTTP_HOSTS, String.join(",", given), host));
            }
            hosts.add(host.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }
}
