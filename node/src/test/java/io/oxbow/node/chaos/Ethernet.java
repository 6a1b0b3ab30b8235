package io.oxbow.node.chaos;

import io.oxbow.node.process.Outcome;
import io.oxbow.s3stream.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Network of machines: a bridge in a network namespace, to which the namespaces of machines and
 * this one are plugged. The bucket and the clients have an address each. Needs to be root.
 *
 * <p>A cut has one end send to an Ethernet address that nobody has: nothing is refused, packets do
 * not arrive.
 */
final class Ethernet implements AutoCloseable {

    private static final String NOBODY = "02:00:00:00:00:01";
    private static final int FIRST_MACHINE = 11;

    private final int number = ThreadLocalRandom.current().nextInt(1 << 9);
    private final String bridge = "oxbow-%d-bridge".formatted(number);
    private final String port = "oxbow%d".formatted(number);
    private final List<String> namespaces = new ArrayList<>();

    private Ethernet() {}

    /** Makes a network; skips the test where that is not possible. */
    static Ethernet create() throws Exception {
        Requirement.require(
                Requirement.missingPrograms("ip").isEmpty(),
                "network namespaces (apt-get install iproute2)");
        var created = new Ethernet();
        Outcome outcome = created.make();
        if (outcome.exit() != 0) {
            created.close();
            Requirement.require(
                    false,
                    "network namespaces (run as root of the machine, or of a container that may"
                            + " make them): "
                            + outcome.err().strip());
        }
        return created;
    }

    private Outcome make() throws Exception {
        namespaces.add(bridge);
        return all(
                "ip netns add " + bridge,
                "ip -n %s link add hub type bridge".formatted(bridge),
                "ip -n %s link set hub up".formatted(bridge),
                "ip link add %s type veth peer name port netns %s".formatted(port, bridge),
                "ip -n %s link set port master hub up".formatted(bridge),
                // The first address is the one that connections to machines come from.
                "ip addr add %s/24 dev %s".formatted(address(2), port),
                "ip addr add %s/24 dev %s".formatted(bucketAddress(), port),
                "ip link set %s up".formatted(port),
                "ip netns exec %s true".formatted(bridge));
    }

    private static Outcome all(String... commands) throws Exception {
        Outcome last = new Outcome(0, "", "");
        for (String command : commands) {
            last = Outcome.of(List.of(command.split(" ")));
            if (last.exit() != 0) {
                return new Outcome(last.exit(), last.out(), command + ": " + last.err());
            }
        }
        return last;
    }

    /** Plugs a machine; returns its address. */
    String plug(int machine) throws Exception {
        String namespace = namespace(machine);
        String plug = "plug%d".formatted(machine);
        all(
                        "ip netns add " + namespace,
                        "ip -n %s link add cable type veth peer name %s netns %s"
                                .formatted(namespace, plug, bridge),
                        "ip -n %s link set %s master hub up".formatted(bridge, plug),
                        "ip -n %s addr add %s/24 dev cable"
                                .formatted(namespace, machineAddress(machine)),
                        "ip -n %s link set cable up".formatted(namespace),
                        "ip -n %s link set lo up".formatted(namespace))
                .succeeded();
        namespaces.add(namespace);
        return machineAddress(machine);
    }

    private String namespace(int machine) {
        return "oxbow-%d-%d".formatted(number, machine);
    }

    String machineAddress(int machine) {
        return address(FIRST_MACHINE + machine);
    }

    String bucketAddress() {
        return address(1);
    }

    /** Returns an address in 198.18.0.0/15, which RFC 2544 keeps for measurements. */
    private String address(int host) {
        return "198.%d.%d.%d".formatted(18 + (number >> 8), number & 0xff, host);
    }

    /** Returns the command line that runs {@code command} on a machine. */
    List<String> commandLine(int machine, List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace(machine)));
        line.addAll(command);
        return line;
    }

    /** Has nothing that a machine sends to an address arrive. */
    void cut(int machine, String address) throws Exception {
        all("ip -n %s neigh replace %s lladdr %s dev cable nud permanent"
                        .formatted(namespace(machine), address, NOBODY))
                .succeeded();
    }

    /** Ends all cuts of a machine. */
    void mend(int machine) throws Exception {
        all("ip -n %s neigh flush dev cable nud permanent".formatted(namespace(machine)))
                .succeeded();
    }

    @Override
    public void close() throws Exception {
        for (String namespace : namespaces.reversed()) {
            all("ip netns del " + namespace);
        }
    }
}
