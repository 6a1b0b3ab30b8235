package io.oxbow.broker.transaction;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.producerid.ProducerIds;
import io.oxbow.broker.transaction.Decision.Answer;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.utils.ProducerIdAndEpoch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves InitProducerId: ids for idempotent producers, and sessions of transactional ones from
 * their coordinator.
 */
public final class InitProducerIdHandler implements ApiHandler {

    private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);

    /** Version from which PRODUCER_FENCED is known; before, INVALID_PRODUCER_EPOCH says it. */
    private static final short FENCED_SINCE = 4;

    /** Begins the sessions of transactional producers; blocks. */
    @FunctionalInterface
    public interface Sessions {
        InitProducerIdResponseData begin(
                String transactionalId, int timeoutMillis, Optional<ProducerIdAndEpoch> expected)
                throws InterruptedException;
    }

    private final ProducerIds ids;
    private final Sessions sessions;

    public InitProducerIdHandler(ProducerIds ids, Sessions sessions) {
        this.ids = ids;
        this.sessions = sessions;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.INIT_PRODUCER_ID, Versions.all(ApiKeys.INIT_PRODUCER_ID));
    }

    @Override
    public void handle(Call call) {
        call.runInOrder(() -> call.respond(new InitProducerIdResponse(answer(call))));
    }

    private InitProducerIdResponseData answer(Call call) {
        var request = (InitProducerIdRequest) call.request();
        if (request.data().transactionalId() != null) {
            return transactional(request.data(), request.version());
        }
        try {
            return new InitProducerIdResponseData()
                    .setProducerId(ids.next())
                    .setProducerEpoch((short) 0);
        } catch (ApiException e) {
            LOG.info("no producer id to be had now: {}", e.getMessage());
            return failed(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        }
    }

    private InitProducerIdResponseData transactional(
            InitProducerIdRequestData request, short version) {
        boolean half = request.producerId() < 0 != request.producerEpoch() < 0;
        if (request.transactionalId().isEmpty() || half) {
            return failed(Errors.INVALID_REQUEST);
        }
        if (request.enable2Pc() || request.keepPreparedTxn()) {
            // As Kafka answers while transaction.two.phase.commit.enable is off.
            return failed(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        }
        try {
            InitProducerIdResponseData answer =
                    sessions.begin(
                            request.transactionalId(),
                            request.transactionTimeoutMs(),
                            request.producerId() < 0
                                    ? Optional.empty()
                                    : Optional.of(
                                            new ProducerIdAndEpoch(
                                                    request.producerId(),
                                                    request.producerEpoch())));
            return answer.errorCode() == Errors.PRODUCER_FENCED.code() && version < FENCED_SINCE
                    ? failed(Errors.INVALID_PRODUCER_EPOCH)
                    : answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(Errors.COORDINATOR_NOT_AVAILABLE);
        }
    }

    private static InitProducerIdResponseData failed(Errors error) {
        return response(Answer.of(error));
    }

    /** Returns the coordinator's answer in the protocol's form. */
    static InitProducerIdResponseData response(Answer answer) {
        return new InitProducerIdResponseData()
                .setErrorCode(answer.error().code())
                .setProducerId(answer.producerId())
                .setProducerEpoch(answer.producerEpoch());
    }
}
