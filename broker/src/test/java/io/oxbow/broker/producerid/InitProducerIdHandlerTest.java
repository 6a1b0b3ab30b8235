package io.oxbow.broker.producerid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.testing.DataPlane;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.server.common.ProducerIdsBlock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the assignment of producer ids. */
@Timeout(120)
class InitProducerIdHandlerTest {

    @Test
    void everyProducerGetsAnIdOfItsOwn() {
        try (var broker = new DataPlane()) {
            var ids = new HashSet<Long>();
            for (int i = 0; i < 25; i++) {
                InitProducerIdResponseData answer = init(broker, null);
                assertThat(answer.errorCode()).isZero();
                assertThat(answer.producerEpoch()).isZero();
                assertThat(ids.add(answer.producerId())).isTrue();
            }
        }
    }

    @Test
    void aTransactionalProducerIsForItsCoordinator() {
        try (var broker = new DataPlane()) {
            assertThat(init(broker, "tx").errorCode()).isEqualTo(Errors.NOT_COORDINATOR.code());
        }
    }

    @Test
    void aBlockIsFetchedOnlyWhenTheLastOneIsUsedUp() {
        var fetched = new AtomicInteger();
        var ids = new ProducerIds(() -> new ProducerIdsBlock(0, fetched.getAndIncrement() * 3L, 3));
        for (long i = 0; i < 7; i++) {
            assertThat(ids.next()).isEqualTo(i);
        }
        assertThat(fetched).hasValue(3);
    }

    @Test
    void aFailureToGetABlockIsNotTheLastWord() {
        var attempts = new AtomicInteger();
        var ids =
                new ProducerIds(() -> {
                    if (attempts.getAndIncrement() == 0) {
                        throw new CoordinatorLoadInProgressException("not yet");
                    }
                    return new ProducerIdsBlock(0, 40, 3);
                });
        assertThatThrownBy(ids::next).isInstanceOf(CoordinatorLoadInProgressException.class);
        assertThat(ids.next()).isEqualTo(40);
    }

    private static InitProducerIdResponseData init(
            DataPlane broker, @Nullable String transactionalId) {
        var data =
                new InitProducerIdRequestData()
                        .setTransactionalId(transactionalId)
                        .setTransactionTimeoutMs(1000);
        return broker.connect()
                .call(new InitProducerIdRequest.Builder(data).build(), InitProducerIdResponse.class)
                .data();
    }
}
