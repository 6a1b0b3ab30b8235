package io.oxbow.s3stream.store.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.store.s3.S3Options;
import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.RequiresPrograms;
import io.oxbow.s3stream.testkit.S3MockServer;
import io.oxbow.s3stream.testkit.S3ProxyServer;
import io.oxbow.s3stream.testkit.S3Server;
import io.oxbow.s3stream.testkit.S3rverServer;
import io.oxbow.s3stream.testkit.SharedServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the probe's result for every store at hand, as {@code docs/object-stores.md} states it. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class StoreVerdictsTest {

    private static StoreProbe.Result probe(S3Server server, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(server.options());
        options.putAll(more);
        String bucket = server.createBucket("v" + UUID.randomUUID());
        StoreProbe.Result verdict = probe(bucket, options);
        System.out.printf("%s: %s%n", server.getClass().getSimpleName(), verdict);
        return verdict;
    }

    private static StoreProbe.Result probe(String bucket, Map<String, String> options) {
        try (ObjectStore opened = ObjectStores.open(bucket, options, Environment.system())) {
            return StoreProbe.probeThoroughly(opened, Environment.system());
        } catch (StoreException e) {
            return new StoreProbe.Result.Unreachable(e);
        }
    }

    private static void assertUnfit(StoreProbe.Result verdict, String did) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        StoreProbe.Result.Unfit.class,
                        unfit -> assertThat(unfit.reason()).contains(did));
    }

    @Test
    void aLocalDirectoryIsFit(@TempDir Path directory) {
        assertThat(probe(directory.toUri().toString(), Map.of()))
                .isEqualTo(new StoreProbe.Result.Fit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crc32c", "md5", "none"})
    void cephIsFit(String checksum, CephGateway server) {
        assertThat(probe(server, Map.of(S3Options.CHECKSUM, checksum)))
                .isEqualTo(new StoreProbe.Result.Fit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crc32c", "md5", "none"})
    void s3proxyIsFit(String checksum, S3ProxyServer server) {
        assertThat(probe(server, Map.of(S3Options.CHECKSUM, checksum)))
                .isEqualTo(new StoreProbe.Result.Fit());
    }

    @Test
    @RequiresPrograms(value = "mvn", hint = "Maven fetches what S3Mock runs on")
    void s3mockIsUnfit() throws IOException, InterruptedException {
        try (S3Server server = S3MockServer.start()) {
            assertUnfit(probe(server, Map.of()), "concurrent creates of one key");
        }
    }

    @Test
    @RequiresPrograms(
            value = {"node", "npm"},
            hint = "npm fetches s3rver")
    void s3rverIsUnfit() throws IOException, InterruptedException {
        try (S3Server server = S3rverServer.start()) {
            assertUnfit(probe(server, Map.of()), "concurrent creates of one key");
        }
    }
}
