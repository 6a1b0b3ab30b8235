package io.oxbow.broker.producerid;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves InitProducerId for idempotent producers. One with a transactional id gets
 * UNSUPPORTED_VERSION, which clients take for final: there is no transaction coordinator to wait
 * for.
 */
public final class InitProducerIdHandler implements ApiHandler {

    private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);

    private final ProducerIds ids;

    public InitProducerIdHandler(ProducerIds ids) {
        this.ids = ids;
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
        String transactionalId = request.data().transactionalId();
        if (transactionalId != null) {
            Errors error =
                    transactionalId.isEmpty() ? Errors.INVALID_REQUEST : Errors.UNSUPPORTED_VERSION;
            return new InitProducerIdResponseData().setErrorCode(error.code());
        }
        try {
            return new InitProducerIdResponseData()
                    .setProducerId(ids.next())
                    .setProducerEpoch((short) 0);
        } catch (ApiException e) {
            LOG.info("no producer id to be had now: {}", e.getMessage());
            return new InitProducerIdResponseData()
                    .setErrorCode(Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
        }
    }
}
