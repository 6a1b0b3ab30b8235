package io.oxbow.s3stream.testkit.oss;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Verifies the Authorization header, versions 1 and 4. */
final class OssSignatures {

    private static final Duration SKEW_MAX = Duration.ofMinutes(15);
    private static final DateTimeFormatter V4_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    /** Parameters that version 1 signs, of those that occur here. */
    private static final Set<String> SIGNED_BY_V1 =
            Set.of(
                    "continuation-token",
                    "delete",
                    "objectMeta",
                    "partNumber",
                    "uploadId",
                    "uploads",
                    "versioning");

    private final String region;
    private final Map<String, OssAccount> accounts;

    OssSignatures(String region, Map<String, OssAccount> accounts) {
        this.region = region;
        this.accounts = accounts;
    }

    /** Verifies a request's signature; throws the error that OSS answers when it is wrong. */
    void verify(OssRequest request, Instant now) {
        String authorization = request.header("authorization");
        if (authorization.startsWith("OSS4-HMAC-SHA256 ")) {
            verifyV4(request, authorization.substring("OSS4-HMAC-SHA256 ".length()), now);
        } else if (authorization.startsWith("OSS ")) {
            verifyV1(request, authorization.substring("OSS ".length()), now);
        } else {
            throw new OssError(
                    403,
                    "AccessDenied",
                    "0003-00000001",
                    "You have no right to access this object because of bucket acl.");
        }
    }

    private void verifyV1(OssRequest request, String given, Instant now) {
        int colon = given.indexOf(':');
        OssAccount account = account(request, given.substring(0, Math.max(colon, 0)));
        checkTime(v1Time(request), now);
        String expected =
                Base64.getEncoder()
                        .encodeToString(
                                hmac(
                                        "HmacSHA1",
                                        account.secret().getBytes(StandardCharsets.UTF_8),
                                        v1StringToSign(request)));
        compare(expected, given.substring(colon + 1));
    }

    static String v1StringToSign(OssRequest request) {
        var text = new StringBuilder(request.method()).append('\n');
        text.append(request.header("content-md5")).append('\n');
        text.append(request.header("content-type")).append('\n');
        text.append(request.header("date")).append('\n');
        request.headers()
                .forEach((name, value) -> {
                    if (name.startsWith("x-oss-")) {
                        text.append(name).append(':').append(value.trim()).append('\n');
                    }
                });
        text.append('/').append(request.bucket()).append('/').append(request.key());
        char separator = '?';
        for (Map.Entry<String, String> parameter : request.parameters().entrySet()) {
            if (SIGNED_BY_V1.contains(parameter.getKey())) {
                text.append(separator).append(parameter.getKey());
                if (!parameter.getValue().isEmpty()) {
                    text.append('=').append(parameter.getValue());
                }
                separator = '&';
            }
        }
        return text.toString();
    }

    private static Instant v1Time(OssRequest request) {
        try {
            return ZonedDateTime.parse(request.header("date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw noDate();
        }
    }

    private void verifyV4(OssRequest request, String given, Instant now) {
        Map<String, String> parts = new TreeMap<>();
        for (String part : given.split(",")) {
            String[] pair = part.trim().split("=", 2);
            parts.put(pair[0], pair.length > 1 ? pair[1] : "");
        }
        String[] credential = parts.getOrDefault("Credential", "").split("/");
        String time = request.header("x-oss-date");
        if (credential.length != 5
                || !credential[3].equals("oss")
                || !credential[4].equals("aliyun_v4_request")
                || !time.startsWith(credential[1])) {
            throw OssError.invalidArgument("Invalid Credential in Authorization header.");
        }
        OssAccount account = account(request, credential[0]);
        if (!credential[2].equals(region)) {
            throw OssError.invalidArgument("Invalid signing region in Authorization header.");
        }
        checkTime(v4Time(time), now);
        if (!request.header("x-oss-content-sha256").equals("UNSIGNED-PAYLOAD")) {
            throw OssError.invalidArgument("x-oss-content-sha256 must be UNSIGNED-PAYLOAD.");
        }
        List<String> additional =
                Arrays.stream(parts.getOrDefault("AdditionalHeaders", "").split(";"))
                        .filter(name -> !name.isEmpty())
                        .toList();
        String scope = String.join("/", Arrays.asList(credential).subList(1, 5));
        compare(v4Signature(request, account.secret(), scope, additional), parts.get("Signature"));
    }

    private static Instant v4Time(String time) {
        try {
            return LocalDateTime.parse(time, V4_TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw noDate();
        }
    }

    /**
     * @param scope date, region, product and terminator, separated by slashes
     * @param additional lower-case names of headers that are signed besides those that always are
     */
    static String v4Signature(
            OssRequest request, String secret, String scope, List<String> additional) {
        String toSign =
                "OSS4-HMAC-SHA256\n%s\n%s\n%s"
                        .formatted(
                                request.header("x-oss-date"),
                                scope,
                                HexFormat.of().formatHex(sha256(canonical(request, additional))));
        byte[] key = ("aliyun_v4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac("HmacSHA256", key, part);
        }
        return HexFormat.of().formatHex(hmac("HmacSHA256", key, toSign));
    }

    private static String canonical(OssRequest request, List<String> additional) {
        var query = new StringJoiner("&");
        Map<String, String> sorted = new TreeMap<>();
        request.parameters().forEach((name, value) -> sorted.put(encoded(name), encoded(value)));
        sorted.forEach((name, value) -> query.add(value.isEmpty() ? name : name + "=" + value));
        Set<String> signed = new TreeSet<>(additional);
        signed.add("content-type");
        signed.add("content-md5");
        var headers = new StringBuilder();
        request.headers()
                .forEach((name, value) -> {
                    if (signed.contains(name) || name.startsWith("x-oss-")) {
                        headers.append(name).append(':').append(value.trim()).append('\n');
                    }
                });
        String path = "/" + request.bucket() + "/" + request.key();
        return String.join(
                "\n",
                request.method(),
                encoded(path).replace("%2F", "/"),
                query.toString(),
                headers.toString(),
                String.join(";", new TreeSet<>(additional)),
                "UNSIGNED-PAYLOAD");
    }

    private OssAccount account(OssRequest request, String id) {
        OssAccount account = accounts.get(id);
        if (account == null) {
            throw new OssError(
                    403,
                    "InvalidAccessKeyId",
                    "0002-00000902",
                    "The OSS Access Key Id you provided does not exist in our records.");
        }
        if (!account.token().equals(request.header("x-oss-security-token"))) {
            throw new OssError(
                    403,
                    "InvalidSecurityToken",
                    "0002-00000041",
                    "The security token you provided is invalid.");
        }
        return account;
    }

    private static void checkTime(Instant signed, Instant now) {
        if (Duration.between(signed, now).abs().compareTo(SKEW_MAX) > 0) {
            throw new OssError(
                    403,
                    "RequestTimeTooSkewed",
                    "0002-00000504",
                    "The difference between the request time and the current time is too large.");
        }
    }

    private static OssError noDate() {
        return new OssError(
                403, "AccessDenied", "0002-00000503", "OSS authentication requires a valid Date.");
    }

    private static void compare(String expected, String given) {
        if (!expected.equals(given)) {
            throw new OssError(
                    403,
                    "SignatureDoesNotMatch",
                    "0002-00000040",
                    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
                    "<SignatureProvided>" + OssXml.escaped(given) + "</SignatureProvided>");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(String algorithm, byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
