package io.oxbow.s3stream.store.oss;

import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.common.comm.SignVersion;
import java.util.function.Consumer;

/** Makes the client of the OSS SDK. */
final class OssClients {

    private OssClients() {}

    static OSS create(OssConfig config) {
        return create(config, settings -> {});
    }

    /**
     * @param tuning sees the settings last
     */
    static OSS create(OssConfig config, Consumer<ClientBuilderConfiguration> tuning) {
        var settings = new ClientBuilderConfiguration();
        settings.setSignatureVersion(
                switch (config.access().signature()) {
                    case V1 -> SignVersion.V1;
                    case V4 -> SignVersion.V4;
                });
        settings.setSLDEnabled(config.address().pathStyle());
        // A host that is not Aliyun's own would be taken for one bucket's name otherwise.
        settings.setSupportCname(false);
        settings.setMaxConnections(config.limits().connectionsMax());
        settings.setConnectionTimeout((int) config.limits().connectTimeout().toMillis());
        settings.setSocketTimeout((int) config.limits().socketTimeout().toMillis());
        settings.setConnectionRequestTimeout((int) config.limits().socketTimeout().toMillis());
        settings.setRedirectEnable(false);
        OssStatus.noteOn(settings);
        tuning.accept(settings);
        return OSSClientBuilder.create()
                .endpoint(config.address().endpoint().toString())
                .region(config.address().region())
                .credentialsProvider(OssCredentials.of(config.access()))
                .clientConfiguration(settings)
                .build();
    }
}
