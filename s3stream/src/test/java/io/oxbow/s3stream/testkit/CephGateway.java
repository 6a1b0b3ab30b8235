package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Real S3 server: Ceph's RADOS gateway over one monitor and one object daemon in memory.
 * Authentication inside the little cluster is off; it listens on loopback alone.
 */
public final class CephGateway extends S3Server {

    static final String[] PROGRAMS = {
        "ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin"
    };

    /**
     * Option that keeps programs from fetching their configuration from the monitor. A client that
     * does forgets the cluster's id for a moment and has its commands refused ("wrong fsid"); the
     * file has all that is needed.
     */
    private static final String NO_FETCH = "--no-mon-config";

    /** Id of the only key that the gateway's key service has, which is for tests alone. */
    public static final String ENCRYPTION_KEY = "oxbow-test-key";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final Path config;

    private CephGateway(Path directory, String address, int port) {
        super(URI.create("http://%s:%d".formatted(address, port)), "oxbow-key", "oxbow-secret");
        this.directory = directory;
        this.config = directory.resolve("ceph.conf");
    }

    public static boolean isInstalled() {
        return Requirement.missingPrograms(PROGRAMS).isEmpty();
    }

    public static CephGateway start() throws IOException, InterruptedException {
        return start("127.0.0.1");
    }

    /** Starts a gateway whose endpoint is at an address of this machine, and on loopback. */
    public static CephGateway start(String address) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("oxbow-ceph");
        int monitorPort = ServerProcess.freePort();
        int gatewayPort = ServerProcess.freePort();
        var gateway = new CephGateway(directory, address, gatewayPort);
        gateway.atClose(() -> deleteTree(directory));
        try {
            UUID cluster = UUID.randomUUID();
            gateway.writeConfig(cluster, monitorPort, frontends(address, gatewayPort));
            gateway.startMonitor(cluster, monitorPort);
            gateway.startGateway(gatewayPort, gateway.startObjectDaemon());
            return gateway;
        } catch (IOException | InterruptedException | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void startMonitor(UUID cluster, int port) throws IOException, InterruptedException {
        String map = directory.resolve("monmap").toString();
        run(
                "monmaptool",
                "--create",
                "--addv",
                "a",
                "v1:127.0.0.1:" + port,
                "--fsid",
                cluster + "",
                map);
        run("ceph-mon", "-c", config + "", "--mkfs", "-i", "a", "--monmap", map);
        started(server("ceph-mon", "-i", "a").awaitPort(port, PATIENCE));
    }

    private ServerProcess startObjectDaemon() throws IOException, InterruptedException {
        // The daemon only boots when it carries the very UUID that the monitor was told.
        String uuid = UUID.randomUUID().toString();
        String id = run("ceph", "-c", config + "", NO_FETCH, "osd", "new", uuid).strip();
        run("ceph-osd", "-c", config + "", NO_FETCH, "-i", id, "--mkfs", "--osd-uuid", uuid);
        ServerProcess objectDaemon = server("ceph-osd", "-i", id);
        started(objectDaemon);
        return objectDaemon;
    }

    private void startGateway(int port, ServerProcess objectDaemon)
            throws IOException, InterruptedException {
        started(server("radosgw", "-n", "client.rgw").awaitPort(port, PATIENCE, objectDaemon));
        run(
                "radosgw-admin",
                "-c",
                config + "",
                NO_FETCH,
                "user",
                "create",
                "--uid=oxbow",
                "--display-name=oxbow",
                "--access-key=" + accessKeyId(),
                "--secret-key=" + secretAccessKey());
    }

    private ServerProcess server(String program, String... arguments) throws IOException {
        var command =
                new java.util.ArrayList<>(
                        List.of(program, "-f", "-c", config.toString(), NO_FETCH));
        command.addAll(List.of(arguments));
        return ServerProcess.start(program, directory, command);
    }

    private String run(String... command) throws IOException, InterruptedException {
        return ServerProcess.run(directory, List.of(command));
    }

    private static String frontends(String address, int port) {
        String loopback = "beast endpoint=127.0.0.1:" + port;
        return address.equals("127.0.0.1")
                ? loopback
                : "%s endpoint=%s:%d".formatted(loopback, address, port);
    }

    private void writeConfig(UUID cluster, int monitorPort, String frontends) throws IOException {
        for (String name : List.of("mon", "osd", "log", "rgw")) {
            Files.createDirectory(directory.resolve(name));
        }
        Files.writeString(
                config,
                """
                [global]
                fsid = %1$s
                mon host = v1:127.0.0.1:%2$d
                mon initial members = a
                public addr = 127.0.0.1
                cluster addr = 127.0.0.1
                auth cluster required = none
                auth service required = none
                auth client required = none
                osd pool default size = 1
                osd pool default min size = 1
                osd pool default pg num = 4
                osd pool default pgp num = 4
                osd pool default pg autoscale mode = off
                osd crush chooseleaf type = 0
                mon allow pool size one = true
                mon warn on pool no redundancy = false
                paxos propose interval = 0.05
                paxos min wait = 0.01
                osd boot stagger = 0
                mon osd min up ratio = 0
                mon data avail crit = 1
                mon data avail warn = 1
                ms bind msgr2 = false
                run dir = %4$s
                admin socket = %4$s/$name.$pid.asok
                log file = %4$s/log/$name.log
                pid file = %4$s/$name.pid
                osd objectstore = memstore
                memstore device bytes = 8589934592
                osd max object name len = 256
                osd max object namespace len = 64
                [mon.a]
                mon data = %4$s/mon
                [osd.0]
                osd data = %4$s/osd
                osd journal = %4$s/osd/journal
                [client.rgw]
                rgw data = %4$s/rgw
                rgw frontends = %3$s
                rgw thread pool size = 64
                rgw crypt require ssl = false
                rgw crypt s3 kms backend = testing
                rgw crypt s3 kms encryption keys = %5$s=%6$s
                """
                        .formatted(
                                cluster,
                                monitorPort,
                                frontends,
                                directory,
                                ENCRYPTION_KEY,
                                Base64.getEncoder().encodeToString(new byte[32])));
    }
}
