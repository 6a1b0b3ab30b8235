package io.oxbow.s3stream.store.oss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.store.Secret;
import io.oxbow.s3stream.store.StoreOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of a bucket on Aliyun OSS: what they mean, and which are refused. */
class OssConfigTest {

    private static OssConfig config(Map<String, String> options) {
        return OssOptions.config("bucket", StoreOptions.of(options));
    }

    @Test
    void everyOptionThatSoundsSecretIsOne() {
        assertThat(OssOptions.NAMES)
                .filteredOn(name -> name.matches(".*(secret|token|password).*"))
                .isNotEmpty()
                .allMatch(StoreOptions::isSecret);
    }

    @Test
    void theKindIsFoundByItsScheme() {
        ObjectStores.check(
                "oss://bucket/prefix", StoreOptions.of(Map.of(OssOptions.REGION, "cn-hangzhou")));
        assertThatThrownBy(() -> ObjectStores.check("ftp://x", StoreOptions.none()))
                .hasMessageContaining("oss://BUCKET[/PREFIX]");
    }

    @Test
    void theRegionAloneSaysTheEndpoint() {
        var address = config(Map.of(OssOptions.REGION, "cn-hangzhou")).address();
        assertThat(address.endpoint()).hasToString("https://oss-cn-hangzhou.aliyuncs.com");
        assertThat(address.pathStyle()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "oss-cn-hangzhou.aliyuncs.com,cn-hangzhou",
        "https://oss-ap-southeast-1-internal.aliyuncs.com,ap-southeast-1",
        "http://oss-eu-central-1.aliyuncs.com,eu-central-1"
    })
    void anEndpointOfAliyunSaysTheRegion(String endpoint, String region) {
        var address = config(Map.of(OssOptions.ENDPOINT, endpoint)).address();
        assertThat(address.region()).isEqualTo(region);
    }

    @Test
    void icebergsNamesForKeysAreTaken() {
        var options =
                Map.of(
                        "oss.endpoint", "oss-cn-test.aliyuncs.com",
                        "client.access-key-id", "id",
                        "client.access-key-secret", "hush",
                        "client.security-token", "token");
        assertThat(config(options).access().keys().orElseThrow().token())
                .contains(Secret.of("token"));
        assertThat(config(options).toString()).contains("id").doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "oss.endpont,x,unknown store option oss.endpont",
        "oss.endpoint,https://example.org,does not say its region",
        "oss.endpoint,ftp://oss-cn-test.aliyuncs.com,must be [https://]HOST",
        "oss.path-style-access,yes,allowed are true and false",
        "oss.signature-version,V2,allowed are V1 and V4",
        "oss.server-side-encryption,DES,allowed are [AES256; KMS; SM4]",
        "oss.server-side-encryption-key-id,k,needs oss.server-side-encryption=KMS",
        "client.access-key-id,x,must both be given",
        "client.security-token,x,needs client.access-key-id",
        "oss.region,'',must not be empty"
    })
    void optionsThatCannotBeUsedAreNamed(String key, String value, String why) {
        Map<String, String> options = new java.util.HashMap<>();
        options.put(OssOptions.ENDPOINT, "oss-cn-test.aliyuncs.com");
        options.put(key, value);
        assertThatThrownBy(() -> config(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why.replace(";", ","));
    }

    @Test
    void withoutAnAddressTheMessageSaysWhatToGive() {
        assertThatThrownBy(() -> config(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("oss.region=cn-hangzhou");
    }

    @Test
    void aBucketsNameIsChecked() {
        assertThatThrownBy(() ->
                        OssOptions.config(
                                "Big", StoreOptions.of(Map.of(OssOptions.REGION, "cn-hangzhou"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Big'");
    }

    @Test
    void withoutKeysAnywhereTheMessageSaysWhereTheyAreLookedFor() {
        var provider = OssCredentials.of(config(Map.of(OssOptions.REGION, "x")).access());
        assertThatThrownBy(provider::getCredentials)
                .hasMessageContaining("client.access-key-id")
                .hasMessageContaining("OSS_ACCESS_KEY_ID")
                .hasMessageContaining("oss.ecs-ram-role");
    }
}
