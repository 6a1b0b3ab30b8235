SELECT customer.city, count(*) AS orders
FROM oxbow.shop.orders
GROUP BY customer.city
ORDER BY customer.city
