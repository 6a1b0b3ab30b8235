package io.oxbow.node.process.fault;

import io.oxbow.node.process.Outcome;
import io.oxbow.node.process.OxbowProcess;
import io.oxbow.s3stream.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Network namespace with a loopback of its own, as a second machine has it, and one cable to the
 * test. No route joins two of them. Needs to be root.
 */
final class NetworkNamespace implements AutoCloseable {

    /** Pairs of addresses in 198.18.0.0/15, which RFC 2544 keeps for measurements. */
    private static final int PAIRS = 1 << 15;

    private final String name;
    private final String testAddress;
    private final String address;

    private NetworkNamespace(int pair) {
        name = "oxbow-" + pair;
        testAddress = address(4 * pair + 1);
        address = address(4 * pair + 2);
    }

    private static String address(int host) {
        return "198.%d.%d.%d".formatted(18 + (host >> 16), host >> 8 & 0xff, host & 0xff);
    }

    /** Makes a namespace; skips the test where that is not possible. */
    static NetworkNamespace create() throws Exception {
        Requirement.require(
                Requirement.missingPrograms("ip").isEmpty(),
                "network namespaces (apt-get install iproute2)");
        var created = new NetworkNamespace(ThreadLocalRandom.current().nextInt(PAIRS));
        for (String command : created.commands()) {
            Outcome outcome = Outcome.of(List.of(command.split(" ")));
            if (outcome.exit() != 0) {
                created.delete();
                Requirement.require(
                        false,
                        "network namespaces (run as root of the machine, or of a container that"
                                + " may make them): `%s`: %s"
                                        .formatted(command, outcome.err().strip()));
            }
        }
        return created;
    }

    private List<String> commands() {
        String cable = name.replace("-", "");
        return List.of(
                "ip netns add " + name,
                "ip link add %s type veth peer name cable netns %s".formatted(cable, name),
                "ip addr add %s/30 dev %s".formatted(testAddress, cable),
                "ip link set %s up".formatted(cable),
                "ip -n %s addr add %s/30 dev cable".formatted(name, address),
                "ip -n %s link set cable up".formatted(name),
                "ip -n %s link set lo up".formatted(name),
                "ip netns exec %s true".formatted(name));
    }

    /** Returns the address of the cable's end within. */
    String address() {
        return address;
    }

    /** Returns the command line that runs {@code command} within. */
    List<String> commandLine(List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", name));
        line.addAll(command);
        return line;
    }

    /** Runs a command of {@code bin/oxbow} within. */
    Outcome run(String... arguments) throws Exception {
        return Outcome.of(commandLine(OxbowProcess.commandLine(arguments)));
    }

    /** Takes the cable away, too. */
    @Override
    public void close() throws Exception {
        delete().succeeded();
    }

    private Outcome delete() throws Exception {
        return Outcome.of(List.of("ip", "netns", "del", name));
    }
}
