package io.oxbow.broker.network;

import java.util.Map;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;

/** Tells clients which APIs are served and which features the cluster runs. */
final class ApiVersionsHandler implements ApiHandler {

    /** From this version on, clients can read features whose lowest level is 0. */
    private static final short READS_LEVEL_ZERO = 4;

    private final ServedApis served;
    private final FeaturesView features;

    ApiVersionsHandler(ServedApis served, FeaturesView features) {
        this.served = served;
        this.features = features;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.API_VERSIONS, Versions.all(ApiKeys.API_VERSIONS));
    }

    @Override
    public void handle(Call call) {
        var request = (ApiVersionsRequest) call.request();
        if (request.hasUnsupportedRequestVersion()) {
            call.fail(new UnsupportedVersionException("ApiVersions is served from version 0"));
        } else if (!request.isValid()) {
            call.fail(new InvalidRequestException("client software name or version is malformed"));
        } else {
            call.respond(answer(request.version()));
        }
    }

    private ApiVersionsResponse answer(short version) {
        FeaturesView.Finalized finalized = features.finalized();
        return new ApiVersionsResponse.Builder()
                .setApiVersions(served.advertised())
                .setSupportedFeatures(features.supported())
                .setFinalizedFeatures(finalized.levels())
                .setFinalizedFeaturesEpoch(finalized.epoch())
                .setAlterFeatureLevel0(version < READS_LEVEL_ZERO)
                .build();
    }
}
