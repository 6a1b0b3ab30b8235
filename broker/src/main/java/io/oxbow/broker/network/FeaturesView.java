package io.oxbow.broker.network;

import java.util.Map;
import org.apache.kafka.common.feature.Features;
import org.apache.kafka.common.feature.SupportedVersionRange;

/** The cluster's feature levels, as ApiVersions tells them to clients. */
public interface FeaturesView {

    /** Returns the features that this build supports. */
    Features<SupportedVersionRange> supported();

    /** Returns the features that the cluster has finalized. */
    Finalized finalized();

    /**
     * @param epoch grows with every change; -1 when unknown
     */
    record Finalized(Map<String, Short> levels, long epoch) {}

    /** Returns a view from before the metadata is there: nothing is finalized. */
    static FeaturesView none() {
        return new FeaturesView() {
            @Override
            public Features<SupportedVersionRange> supported() {
                return Features.emptySupportedFeatures();
            }

            @Override
            public Finalized finalized() {
                return new Finalized(Map.of(), -1);
            }
        };
    }
}
