package io.oxbow.broker.admin;

import io.oxbow.broker.control.ControllerRequests;
import io.oxbow.broker.control.Settlement;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Serves calls that the controller decides: by the handler here while the controller is, else by
 * the handler of the process where it is.
 */
public final class ForwardingHandler implements ApiHandler {

    private final ApiHandler here;
    private final ControllerRequests requests;
    private final Settlement settlement;

    public ForwardingHandler(ApiHandler here, ControllerRequests requests, Settlement settlement) {
        this.here = here;
        this.requests = requests;
        this.settlement = settlement;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return here.apis();
    }

    @Override
    public boolean pipelines() {
        return here.pipelines();
    }

    @Override
    public void handle(Call call) {
        if (requests.isHere()) {
            here.handle(call);
            return;
        }
        Answers.whenDone(
                call,
                settlement.applied(requests.send(call.context(), call.request())),
                response -> response);
    }
}
