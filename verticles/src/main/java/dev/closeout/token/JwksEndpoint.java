package dev.closeout.token;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the keys, once a call, and blocks meanwhile. The library's own fetching has a limit for each read and none for the
 * whole answer, and follows redirects to wherever they point.
 */
final class JwksEndpoint implements JWKSetSource<SecurityContext> {
    /** Bytes of an answer. */
    static final int LONGEST = 65_536;

    private static final Duration CONNECT = Duration.ofSeconds(2);
    /** From the connection to the end of the answer. */
    private static final Duration WHOLE = Duration.ofSeconds(5);

    /** Told of each fetch, on the thread that fetched. */
    interface Listener {
        void fetched(int keys);

        /**
         * It did not succeed.
         *
         * @param why without anything of the answer in it
         */
        void failed(String why);
    }

    private final HttpRequest request;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();

    private final Listener listener;

    JwksEndpoint(String url, Listener listener) {
        this.request = HttpRequest.newBuilder(URI.create(url))
                .timeout(WHOLE)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        this.listener = listener;
    }

    @Override
    public JWKSet getJWKSet(
            JWKSetCacheRefreshEvaluator refreshEvaluator, long currentTime, @Nullable SecurityContext context)
            throws JWKSetRetrievalException {
        try {
            var keys = JWKSet.parse(fetch()).toPublicJWKSet();
            listener.fetched(keys.size());
            return keys;
        } catch (IOException e) {
            listener.failed(String.valueOf(e.getMessage()));
            throw new JWKSetRetrievalException("not fetched", e);
        } catch (ParseException | RuntimeException e) {
            listener.failed("the answer is no JWKS");
            throw new JWKSetRetrievalException("not read", e);
        }
    }

    @Override
    public void close() {}

    private String fetch() throws IOException {
        var answering = http.sendAsync(request, head -> new ShortBody(LONGEST));
        try {
            HttpResponse<byte[]> answer = answering.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("the answer's status is " + answer.statusCode());
            }
            return new String(answer.body(), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            answering.cancel(true);
            throw new IOException("the answer took longer than %d s".formatted(WHOLE.toSeconds()), e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answering.cancel(true);
            throw new IOException("this node stops", e);
        }
    }
}
