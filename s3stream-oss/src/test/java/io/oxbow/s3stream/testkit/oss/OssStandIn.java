package io.oxbow.s3stream.testkit.oss;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.oxbow.s3stream.testkit.oss.OssBucket.Versioning;
import io.oxbow.s3stream.testkit.oss.OssFaults.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stand-in for an OSS service in one region, on a port of this machine. Buckets are in the path, or
 * in the host name below {@link #DOMAIN} for a client that uses the port as its proxy. Thread-safe.
 */
public final class OssStandIn implements AutoCloseable {

    public static final String REGION = "cn-test";
    public static final String DOMAIN = "oss-cn-test.aliyuncs.com";
    public static final OssAccount ACCOUNT = new OssAccount("test-id", "test-secret", "");
    public static final OssAccount TEMPORARY = new OssAccount("STS.id", "sts-secret", "token");

    private final HttpServer server;
    private final Map<String, OssBucket> buckets = new ConcurrentHashMap<>();
    private final List<OssRequest> requests = new CopyOnWriteArrayList<>();
    private final OssFaults faults = new OssFaults();
    private final AtomicLong count = new AtomicLong();
    private final OssSignatures signatures =
            new OssSignatures(REGION, Map.of(ACCOUNT.id(), ACCOUNT, TEMPORARY.id(), TEMPORARY));
    private final InstantSource clock;

    private OssStandIn(HttpServer server, InstantSource clock) {
        this.server = server;
        this.clock = clock;
    }

    public static OssStandIn start() {
        return start(InstantSource.system());
    }

    /** Starts a stand-in with the clock {@code clock}. */
    public static OssStandIn start(InstantSource clock) {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            var standIn = new OssStandIn(server, clock);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", standIn::handle);
            server.start();
            return standIn;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    /** Makes an empty bucket. */
    public OssStandIn createBucket(String name) {
        buckets.put(name, new OssBucket());
        return this;
    }

    public void enableVersioning(String bucket) {
        buckets.get(bucket).setVersioning(Versioning.ENABLED);
    }

    public void suspendVersioning(String bucket) {
        buckets.get(bucket).setVersioning(Versioning.SUSPENDED);
    }

    public int uploadsUnderWay(String bucket) {
        return buckets.get(bucket).uploadsUnderWay();
    }

    public OssFaults faults() {
        return faults;
    }

    /** Returns all requests so far. */
    public List<OssRequest> requests() {
        return List.copyOf(requests);
    }

    public List<OssRequest> requests(OssOperation operation) {
        return requests.stream().filter(request -> request.operation() == operation).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            OssRequest request = OssRequest.read(exchange, DOMAIN);
            requests.add(request);
            Fault fault = faults.take(request.operation());
            if (fault instanceof Fault.BreakBefore) {
                return;
            }
            String id = "%024X".formatted(0x5C3D9175B6FC0000L + count.incrementAndGet());
            OssAnswer answer = answer(damaged(request, fault), fault, id);
            if (!(fault instanceof Fault.BreakAfter)) {
                send(exchange, answer, id, fault);
            }
        }
    }

    private static OssRequest damaged(OssRequest request, Fault fault) {
        if (fault instanceof Fault.DamageRequest) {
            request.body()[0] ^= 1;
        }
        return request;
    }

    private OssAnswer answer(OssRequest request, Fault fault, String id) {
        try {
            signatures.verify(request, clock.instant());
            if (fault instanceof Fault.Refuse(int status, String code)) {
                throw new OssError(status, code, "0000-00000000", "injected");
            }
            OssAnswer answer = dispatch(request);
            if (fault instanceof Fault.AnswerAfter(int status, String code)) {
                throw new OssError(status, code, "0000-00000000", "injected");
            }
            return answer;
        } catch (OssError error) {
            return error.answer(request, id);
        }
    }

    private OssAnswer dispatch(OssRequest request) {
        if (request.host().equals(DOMAIN) && !request.bucket().isEmpty()) {
            throw new OssError(
                    403,
                    "SecondLevelDomainForbidden",
                    "0003-00001101",
                    "The bucket you are attempting to access must be addressed using OSS third level domain.");
        }
        OssBucket bucket = buckets.get(request.bucket());
        if (bucket == null) {
            throw new OssError(
                    404,
                    "NoSuchBucket",
                    "0015-00000101",
                    "The specified bucket does not exist.",
                    "<BucketName>" + OssXml.escaped(request.bucket()) + "</BucketName>");
        }
        return switch (request.operation()) {
            case GET_BUCKET_VERSIONING -> OssBucketCalls.versioning(bucket);
            case LIST_OBJECTS_V2 -> OssBucketCalls.list(bucket, request);
            case LIST_MULTIPART_UPLOADS -> OssUploadCalls.list(bucket, request);
            case DELETE_MULTIPLE_OBJECTS -> OssBucketCalls.deleteMany(bucket, request);
            case PUT_OBJECT -> OssObjectCalls.put(bucket, request);
            case GET_OBJECT -> OssObjectCalls.get(bucket, request);
            case HEAD_OBJECT -> OssObjectCalls.head(bucket, request);
            case GET_OBJECT_META -> OssObjectCalls.meta(bucket, request);
            case DELETE_OBJECT -> OssObjectCalls.delete(bucket, request);
            case INITIATE_MULTIPART_UPLOAD -> OssUploadCalls.initiate(bucket, request);
            case UPLOAD_PART -> OssUploadCalls.uploadPart(bucket, request);
            case COMPLETE_MULTIPART_UPLOAD -> OssUploadCalls.complete(bucket, request);
            case ABORT_MULTIPART_UPLOAD -> OssUploadCalls.abort(bucket, request);
            case UNKNOWN -> throw OssError.notImplemented(request.method());
        };
    }

    private void send(HttpExchange exchange, OssAnswer answer, String id, Fault fault)
            throws IOException {
        var headers = exchange.getResponseHeaders();
        answer.headers().forEach(headers::set);
        headers.set("Server", "AliyunOSS");
        headers.set("x-oss-request-id", id);
        headers.set("x-oss-server-time", "1");
        byte[] body = answer.body();
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        if (bodiless) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        if (fault instanceof Fault.DamageBody) {
            body = body.clone();
            body[body.length - 1] ^= 1;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        int sent = fault instanceof Fault.CutBody ? body.length / 2 : body.length;
        exchange.getResponseBody().write(body, 0, sent);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
