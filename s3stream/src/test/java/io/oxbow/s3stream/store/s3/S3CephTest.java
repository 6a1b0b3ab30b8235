package io.oxbow.s3stream.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.StoreOptions;
import io.oxbow.s3stream.testkit.CephGateway;
import io.oxbow.s3stream.testkit.SharedServers;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Tests the S3 store against Ceph's gateway. */
@Tag("slow")
@Tag("s3")
@ExtendWith(SharedServers.class)
class S3CephTest extends S3StoreContract {

    private final CephGateway server;

    S3CephTest(CephGateway server) {
        super(server);
        this.server = server;
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 40 << 20})
    void objectsAreEncryptedWithTheKeyAskedFor(int size) {
        String bucket = "e" + UUID.randomUUID();
        server.createBucket(bucket);
        Map<String, String> options = new HashMap<>(server.options());
        options.put(S3Options.SSE_TYPE, "kms");
        options.put(S3Options.SSE_KEY, CephGateway.ENCRYPTION_KEY);
        ByteBuffer body = ByteBuffer.allocate(size).putInt(size / 2, 42);
        body.rewind();
        try (var store = ObjectStores.open("s3://" + bucket, options, Environment.system());
                var client = S3Clients.create(S3Config.of(bucket, StoreOptions.of(options)))) {
            assertThat(store.put("k", List.of(body))).isEqualTo(new PutResult.Done());
            assertThat(store.get("k").equals(new GetResult.Found(body))).isTrue();
            assertThat(store.get("k", size / 2, 4))
                    .isEqualTo(new GetResult.Found(body.slice(size / 2, 4)));
            var head = client.headObject(r -> r.bucket(bucket).key("k"));
            assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
            assertThat(head.ssekmsKeyId()).isEqualTo(CephGateway.ENCRYPTION_KEY);
        }
    }

    @Test
    void aKeyThatTheStoreDoesNotHaveIsRefused() {
        String bucket = "e" + UUID.randomUUID();
        server.createBucket(bucket);
        Map<String, String> options = new HashMap<>(server.options());
        options.put(S3Options.SSE_TYPE, "kms");
        options.put(S3Options.SSE_KEY, "no-such-key");
        try (var store = ObjectStores.open("s3://" + bucket, options, Environment.system())) {
            assertThat(store.putIfAbsent("k", body("x")))
                    .isInstanceOf(CreateResult.NotApplied.class);
        }
    }
}
