package io.oxbow.s3stream.testkit.oss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the stand-in's signatures with published numbers. */
class OssSignaturesTest {

    private static OssRequest request(String time, String token) {
        Map<String, String> headers =
                new TreeMap<>(
                        Map.of(
                                "x-oss-head1", "value",
                                "abc", "value",
                                "zabc", "value",
                                "xyz", "value",
                                "content-type", "text/plain",
                                "x-oss-date", time,
                                "x-oss-content-sha256", "UNSIGNED-PAYLOAD"));
        if (!token.isEmpty()) {
            headers.put("x-oss-security-token", token);
        }
        Map<String, String> parameters =
                Map.of(
                        "param1", "value1",
                        "+param1", "value3",
                        "|param1", "value4",
                        "+param2", "",
                        "|param2", "",
                        "param2", "");
        return new OssRequest(
                "PUT",
                "bucket.oss-cn-hangzhou.aliyuncs.com",
                "bucket",
                "1234+-/123/1.txt",
                new TreeMap<>(parameters),
                new TreeMap<>(headers),
                new byte[0]);
    }

    /** Test vectors of the vendor's own SDKs in other languages. */
    @ParameterizedTest
    @CsvSource({
        "20231216T162057Z,'','',e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe",
        "20231217T034736Z,token,'',b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea",
        "20231216T172512Z,'',abc;zabc,4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f"
    })
    void version4IsComputedAsPublished(
            String time, String token, String additional, String signature) {
        List<String> names = additional.isEmpty() ? List.of() : List.of(additional.split(";"));
        String scope = time.substring(0, 8) + "/cn-hangzhou/oss/aliyun_v4_request";
        assertThat(OssSignatures.v4Signature(request(time, token), "sk", scope, names))
                .isEqualTo(signature);
    }

    @Test
    void aSignatureOfLongAgoIsRefused() {
        OssRequest request = request("20231216T162057Z", "");
        request.headers()
                .put(
                        "authorization",
                        "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe");
        var signatures =
                new OssSignatures("cn-hangzhou", Map.of("ak", new OssAccount("ak", "sk", "")));
        Instant then = Instant.parse("2023-12-16T16:20:57Z");
        signatures.verify(request, then.plusSeconds(14 * 60));
        assertThatThrownBy(() -> signatures.verify(request, then.plusSeconds(16 * 60)))
                .hasMessageContaining("difference between the request time");
        request.headers().put("x-oss-head1", "other");
        assertThatThrownBy(() -> signatures.verify(request, then))
                .hasMessageContaining("does not match");
    }

    @Test
    void theChecksumIsTheOneOfTheCatalogues() {
        assertThat(Crc64.of("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0x995dc9bbdf1939faL);
    }
}
