package io.oxbow.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.control.ControllerService;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests which process serves an envelope. */
class RpcControllerLinkTest {

    private static final UUID SELF = new UUID(0, 1);

    private final Environment environment = Environment.system();
    private final BucketMetadataLog log =
            BucketMetadataLog.open(new InMemoryObjectStore(), LogConfig.of(1, SELF), environment);
    private final ControllerService service =
            new ControllerService(List.of(), environment.threads(), e -> {});

    @AfterEach
    void close() {
        log.close();
    }

    private Errors serve(UUID callee) {
        byte[] answer =
                RpcControllerLink.serve(
                        RpcControllerLink.bytes(callee, envelope()), SELF, service, log);
        var in = new BinaryReader("answer", answer);
        in.natural();
        var reply =
                new EnvelopeResponseData(
                        new ByteBufferAccessor(ByteBuffer.wrap(in.raw(in.remaining()))), (short) 0);
        return Errors.forCode(reply.errorCode());
    }

    private static EnvelopeRequestData envelope() {
        var header = new RequestHeader(ApiKeys.LIST_PARTITION_REASSIGNMENTS, (short) 0, "c", 1);
        ByteBuffer request =
                RequestUtils.serialize(
                        header.data(),
                        header.headerVersion(),
                        new ListPartitionReassignmentsRequestData(),
                        (short) 0);
        return new EnvelopeRequestData()
                .setRequestData(request)
                .setRequestPrincipal(
                        new DefaultKafkaPrincipalBuilder(null, null)
                                .serialize(KafkaPrincipal.ANONYMOUS))
                .setClientHostAddress(InetAddress.getLoopbackAddress().getAddress());
    }

    /** An address outlives its process: another cluster's leader may have it. */
    @Test
    void envelopeForAnotherProcessIsNotOpened() {
        log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);

        assertThat(serve(new UUID(0, 2))).isEqualTo(Errors.NOT_CONTROLLER);
        assertThat(serve(SELF)).isEqualTo(Errors.NONE);
    }

    @Test
    void processThatDoesNotLeadOpensNone() {
        assertThat(serve(SELF)).isEqualTo(Errors.NOT_CONTROLLER);
    }
}
