package io.oxbow.broker.control;

import io.oxbow.broker.network.FeaturesView;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.feature.Features;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.controller.QuorumFeatures;
import org.apache.kafka.server.common.FinalizedFeatures;

/** Feature levels that this build supports, and those that the image has finalized. */
public final class ClusterFeatures implements FeaturesView {

    private final ClusterMetadata metadata;
    private final Features<SupportedVersionRange> supported;

    public ClusterFeatures(ClusterMetadata metadata) {
        this.metadata = metadata;
        Map<String, SupportedVersionRange> ranges = new HashMap<>();
        QuorumFeatures.defaultSupportedFeatureMap(false)
                .forEach((name, range) ->
                        ranges.put(name, new SupportedVersionRange(range.min(), range.max())));
        this.supported = Features.supportedFeatures(ranges);
    }

    @Override
    public Features<SupportedVersionRange> supported() {
        return supported;
    }

    @Override
    public Finalized finalized() {
        if (metadata.image().isEmpty()) {
            return new Finalized(Map.of(), -1);
        }
        FinalizedFeatures features = metadata.cache().features();
        return new Finalized(features.finalizedFeatures(), features.finalizedFeaturesEpoch());
    }
}
